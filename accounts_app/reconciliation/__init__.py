"""Comparing the whole mirror with the provider: plan first, judge the plan, then apply it."""
