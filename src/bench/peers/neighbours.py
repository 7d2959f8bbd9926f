"""The same nearest neighbours by scikit-learn's brute force, in float32."""

import numpy
import sklearn
from sklearn.neighbors import NearestNeighbors
from side import serve


def make(options):
    points, queries, dim = options["points"], options["queries"], options["dim"]
    rows = numpy.fromfile(options["file"], dtype=numpy.float32).reshape(points + queries, dim)
    search = NearestNeighbors(n_neighbors=options["k"], algorithm="brute", metric=options["metric"])
    return lambda: search.fit(rows[:points]).kneighbors(rows[points:])


serve(make, {"scikit-learn": sklearn.__version__})
