"""Herald: a bulk messaging API in your own AWS account.

The package is what every function shares. Arrows point down only; each is one that some file
imports by:

    functions -> resources, api, runtime, sending, carriers, tasks, store, model
    resources -> api, runtime, sending, carriers, store, content, model
    api -> runtime, carriers, store, model
    operator -> sending, tasks, store, model
    runtime -> sending, carriers, tasks, store, model
    sending -> carriers, tasks, store, content, model
    carriers -> tasks, model
    tasks -> model
    store -> model
    content -> model
    everything -> telemetry
    everything -> timing

A route calls the store itself where it reads, or writes one item of its own resource; what
touches several items, or sends, is a use case in `sending`.
"""
