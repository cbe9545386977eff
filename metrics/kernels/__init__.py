"""Compiled loops over sparse matrices, for what libraries lack or do slowly.

Modules here hold loops and nothing else: arrays in, arrays out. What the numbers mean is said in the measures that call
them. Every kernel gives the same digits whatever the number of threads. `metrics.kernels.running` puts them to work;
the others import numba and are imported where they are used.
"""
