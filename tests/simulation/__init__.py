"""A search for counterexamples: the real product, a virtual clock, seeded faults and crashes.

`make simulate SEEDS=10000`, or `python -m tests.simulation --seeds N [--first S] [--show SEED]`.
The same seed gives the same log; a seed that breaks a rule is printed with the command to see it.

What is real: everything under `accounts_app`, the web application that takes webhooks in, the
database (SQLite in memory, or PostgreSQL), and the sandbox, called without sockets. What is
replaced, from outside (`ground`): the clock, chance, the sessions of the provider client
(`exchange`, `network`), and that each pretended process has a client of its own. Django's work on
statements is cached (`quick_sql`), letter by letter; signatures are made and checked for real.

    ground      what all runs of a process stand on       beginnings, database, quick_sql (its parts
                quick_select, quick_filter), people
    office      one run: `take(step)`, `check_invariants` processes, boundaries, courier, journal
    network     requests on their way                     faults: losses, answers
    steps/      what may happen next, with its weight
    invariants/ what must hold; `look` is what they look at
    run         one seed: weather, steps, then `ending`   closing, digest
    command     the command line                          workers, report

An activity of a process meets boundaries: before and after each commit, write and request. There
its fate may strike: it dies (nothing can catch that, only leases and due times bring its work
back), it freezes while others do up to five steps, or its database is gone.

To drive the same world step by step, as a state machine does:

    with laid("sqlite") as ground:                             # once per process
        office = Office(ground, chance, Temper(), ground.beginnings[0])
        office.network.trouble = Trouble(changes=0.5, others=0.1)
        office.processes.trouble = 0.2                         # crashes, freezes
        office.processes.meanwhile = lambda: office.take("ask")  # what others do meanwhile
        office.take("ask")                                     # a name of steps.STEPS
        ending.end(office)                                     # faults stop; what must then hold

`chance` is any random.Random, for instance one that Hypothesis draws from. `take` checks every
invariant afterwards and raises Violation.
"""
