"""The pages do without pandas, and leave it to whoever needs it."""

import subprocess
import sys


def test_the_pages_do_not_read_pandas_in_and_others_still_can() -> None:
    code = (
        "import sys, webmap; assert 'pandas' not in sys.modules, 'read in';"
        "import pandas, geopandas; assert pandas.DataFrame and geopandas.GeoDataFrame"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
