# SPDX-License-Identifier: Apache-2.0
"""The releases of Airflow whose names of metrics are kept in names/, by the packages to fetch."""

PROVIDERS = ("amazon", "celery", "cncf-kubernetes", "common-ai", "edge3", "openlineage")
# The providers of 2.11 and 3.0 are those of Airflow's own constraints.
RELEASES = {
    "2.3.0": ["apache-airflow==2.3.0"],
    "2.3.4": ["apache-airflow==2.3.4"],
    "2.6.3": ["apache-airflow==2.6.3"],
    "2.7.3": ["apache-airflow==2.7.3"],
    "2.9.3": ["apache-airflow==2.9.3"],
    "2.11.0": ["apache-airflow==2.11.0"],
    "3.0.6": ["apache-airflow-core==3.0.6", "apache-airflow-task-sdk==1.0.6"],
    "3.1.8": ["apache-airflow-core==3.1.8", "apache-airflow-task-sdk==1.1.8"],
    "3.2.2": ["apache-airflow-core==3.2.2", "apache-airflow-task-sdk==1.2.2"],
    "3.3.2": ["apache-airflow-core==3.3.2", "apache-airflow-task-sdk==1.3.2"],
    "providers-of-2.11": [
        "apache-airflow-providers-amazon==9.8.0", "apache-airflow-providers-celery==3.11.0", "apache-airflow-providers-cncf-kubernetes==10.5.0",
        "apache-airflow-providers-edge3==1.1.0", "apache-airflow-providers-openlineage==2.3.0",
    ],
    "providers-of-3.3": [
        "apache-airflow-providers-amazon==9.39.0", "apache-airflow-providers-celery==3.26.0", "apache-airflow-providers-cncf-kubernetes==10.25.0",
        "apache-airflow-providers-common-ai==1.0.0", "apache-airflow-providers-edge3==5.1.0", "apache-airflow-providers-openlineage==2.20.3",
    ],
}
# Whatever is the newest now.
NEWEST = ["apache-airflow-core", "apache-airflow-task-sdk", *(f"apache-airflow-providers-{name}" for name in PROVIDERS)]
