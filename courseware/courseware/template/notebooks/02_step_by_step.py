# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: Step by step
# ---

# %% [markdown]
# # Step by step
#
# Formula (T) of lesson 1 holds for small swings only. How wrong is it for large ones? A
# computer moves the pendulum in small steps of time.

# %%
import math

from pendulum import GRAVITY, period


def measured_period(length, angle, step=1e-4):
    """Let go at an angle, and take four times the time to the lowest point."""
    speed = time = 0.0
    while angle > 0:
        speed -= GRAVITY / length * math.sin(angle) * step
        angle += speed * step
        time += step
    return 4 * time


# %% tags=["nbval-rtol-1e-3"]
for degrees in (5, 45, 90):
    seconds = measured_period(1.0, math.radians(degrees))
    print(f"{degrees:2} degrees: {seconds / period(1.0):.3f} times (T)")

# %%
assert measured_period(1.0, math.radians(90)) > 1.15 * period(1.0)

# %% [markdown]
# At 90 degrees it is more than 15 % slower than (T) says. How long that took is no
# output to compare:

# %% tags=["nbval-ignore-output"]
import time

start = time.perf_counter()
measured_period(1.0, math.radians(90))
print(f"{time.perf_counter() - start:.4f} s")
