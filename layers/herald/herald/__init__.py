"""Herald: a bulk messaging API in your own AWS account.

All functions share the package. Imports go only downwards; each arrow is used by some
file:

    functions -> resources, api, runtime, sending, carriers, tasks, store, model
    resources -> api, runtime, sending, carriers, store, content, model
    api -> runtime, carriers, tasks, store, model
    operator -> sending, tasks, store, model
    runtime -> sending, carriers, tasks, store, model
    sending -> carriers, tasks, store, content, model
    carriers -> tasks, model
    tasks -> model
    store -> model
    content -> model
    everything -> telemetry
    everything -> timing

A route calls the store itself where it reads, or writes one item of its own resource; work
that touches several items, or sends, is a use case in `sending`.
"""
