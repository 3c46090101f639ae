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
#   title: A swing
# ---

# %% [markdown]
# # A swing
#
# How long does a pendulum of one metre take for one swing, there and back? The *period*
# of small swings does not depend on how far it swings:
#
# $$T = 2 \pi \sqrt{\ell / g} \tag{T}$$

# %%
from pendulum import GRAVITY, check_length_for, period

print(f"A pendulum of 1 m takes {period(1.0):.3f} s.")

# %% [markdown]
# Four times as long, twice as slow:

# %%
for length in (0.25, 1.0, 4.0):
    print(f"{length:5.2f} m: {period(length):.3f} s")

# %% [markdown]
# ## Exercises

# %% [markdown]
# **Exercise 1.1** A clock is to tick seconds. Solve (T) for the length $\ell$: write a
# function of an array of periods.

# %% tags=["exercise"]
def length_for(periods):
    raise NotImplementedError


# %% tags=["check"]
check_length_for(length_for)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Divide by $2 \pi$ first, then square.
#
# </details>

# %% tags=["solution"]
import math


def length_for(periods):
    return GRAVITY * (periods / (2 * math.pi)) ** 2


check_length_for(length_for)
