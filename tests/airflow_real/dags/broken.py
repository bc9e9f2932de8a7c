# SPDX-License-Identifier: Apache-2.0
"""A file that cannot be imported, for `dag_processing.import_errors`."""

import airflow

raise ImportError(f"no DAG here for Airflow {airflow.__version__}")
