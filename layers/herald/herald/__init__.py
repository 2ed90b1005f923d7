"""Herald: a bulk messaging API in your own AWS account.

The package is what every function shares. Arrows point down only:

    functions -> resources
    resources -> api, runtime, sending
    runtime -> sending
    api, runtime, sending -> carriers, tasks, store
    carriers -> tasks
    carriers, tasks, store -> content, model
    content -> model
    everything -> telemetry
    everything -> timing
"""
