"""From what a class hands in to marks: the answers are run, and nobody is trusted.

The way of an answer, and who trusts whom:

1. `answers` finds the exercises in *our* lesson, and each student's answers to them.
2. `stage` runs our lesson, solutions included, in a process that is trusted. At each
   exercise it leaves a snapshot behind, a fork of itself with all names as they are
   there. It is sent one cell after the other, so no snapshot knows the solution of its
   own exercise, nor any later one.
3. For each answer the snapshot forks a judge, which is trusted, and a cell, which is
   not. They share nothing but a socket. The cell confines itself, as `isolation` found
   out that this system can, before it touches the student's code.
4. `cell` runs the code and answers what it is asked; `verdicts` runs the check where
   the code is not. Between them passes data only, in the form of `wire`. What does not
   have that form is a forgery, and said to be one.
5. `marking` has all answers marked, on this machine or on several, and goes on where it
   was interrupted.
"""
