"""Herald: a bulk messaging API in your own AWS account.

The package is what every function shares. Arrows point down only:

    functions -> resources
    resources -> api, sending
    api -> runtime
    runtime -> sending
    runtime, sending -> carriers, tasks, store
    carriers -> tasks
    carriers, tasks, store -> content, model
    content -> model
    everything -> telemetry
    everything -> timing
"""
