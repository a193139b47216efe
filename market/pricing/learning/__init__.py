"""How a seller learns what to expect from its past departures: steps, by name.

Sales are untruncated first (`untruncate`), then a forecast is made of them (`methods`).
Each step is a function of numbers alone, and floats stay inside of it: what a policy
is told is rounded in one place, `learned_forecast.rounded`.
"""
