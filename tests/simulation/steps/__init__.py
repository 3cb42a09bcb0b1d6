"""What may happen next: every step with its weight. A step takes the office and does one thing."""

from tests.simulation.steps import deciding, engine, provider, staff

STEPS = {**staff.STEPS, **deciding.STEPS, **engine.STEPS, **provider.STEPS}
"""Step name -> (how often compared with the others, the step)."""
