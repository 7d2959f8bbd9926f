"""The same points clustered by scikit-learn, in float32."""

import warnings

import numpy
import sklearn
from sklearn.cluster import AffinityPropagation, AgglomerativeClustering, KMeans
from side import serve


def make(options):
    # the number of iterations is fixed on both sides, so that none converges
    warnings.simplefilter("ignore")
    points = numpy.fromfile(options["file"], dtype=numpy.float32).reshape(options["points"], options["dim"])
    recipes = {
        "affinity propagation": lambda: AffinityPropagation(
            damping=0.5, max_iter=60, convergence_iter=61, random_state=0
        ),
        "k-means": lambda: KMeans(16, n_init=3, max_iter=300, tol=0, random_state=1),
        "ward": lambda: AgglomerativeClustering(16),
    }
    return lambda: recipes[options["algorithm"]]().fit(points)


serve(make, {"scikit-learn": sklearn.__version__})
