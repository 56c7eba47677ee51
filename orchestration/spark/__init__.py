"""The heavy steps of a load on Apache Spark: docs/operate/spark.md.

Spark divides the work, runs it on other machines, and repeats what a lost machine did not finish. What a step does is
the same code as without Spark: the publishers' parsers and `loading.merge`.

    start.py    starts a job from a load and takes its result; needs no Spark
    slices.py   what one task does: read one document, merge one slice of the series; needs no Spark
    job.py      the program that runs in the environment of Spark

Belongs here: everything in Python that only the second engine needs. Does not belong here: parsing, merging, models
(`dbt_project/macros/spark` has their dialect).
"""
