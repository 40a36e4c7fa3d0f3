"""`pyspark.ml` over Connect."""

from ..registry import operation


def points(spark):
    from pyspark.ml.linalg import Vectors

    rows = [(float(i), Vectors.dense([float(i), float(i * i % 7)])) for i in range(20)]
    return spark.createDataFrame(rows, ["label", "features"])


@operation
def vectors(spark):
    from pyspark.ml.linalg import Vectors

    rows = [(Vectors.dense([1.0, 2.0]),), (Vectors.sparse(3, {1: 5.0}),)]
    frame = spark.createDataFrame(rows, ["v"])
    return [frame.schema.json(), [str(row.v) for row in frame.collect()]]


@operation
def assembled(spark):
    from pyspark.ml.feature import VectorAssembler

    frame = spark.sql("select 1.0D a, 2.0D b")
    made = VectorAssembler(inputCols=["a", "b"], outputCol="v").transform(frame)
    return [str(row.v) for row in made.collect()]


@operation
def linear_regression(spark):
    from pyspark.ml.regression import LinearRegression

    model = LinearRegression(maxIter=5).fit(points(spark))
    rows = model.transform(points(spark)).select("prediction").collect()
    return [[round(x, 6) for x in model.coefficients], round(model.intercept, 6), len(rows)]


@operation
def pipeline(spark):
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import StandardScaler, StringIndexer

    frame = points(spark).selectExpr("*", "string(label % 3) k")
    stages = [
        StringIndexer(inputCol="k", outputCol="i"),
        StandardScaler(inputCol="features", outputCol="s"),
    ]
    rows = Pipeline(stages=stages).fit(frame).transform(frame).select("i", "s").collect()
    return [len(rows), [row.i for row in rows]]


@operation
def evaluated(spark):
    from pyspark.ml.evaluation import RegressionEvaluator

    frame = spark.sql("select * from values (1D, 1.5D), (2D, 2D) t(label, prediction)")
    return RegressionEvaluator(metricName="mae").evaluate(frame)


@operation
def cross_validation(spark):
    from pyspark.ml.evaluation import RegressionEvaluator
    from pyspark.ml.regression import LinearRegression
    from pyspark.ml.tuning import CrossValidator, ParamGridBuilder

    regression = LinearRegression(maxIter=2)
    grid = ParamGridBuilder().addGrid(regression.regParam, [0.0, 0.5]).build()
    validator = CrossValidator(
        estimator=regression,
        estimatorParamMaps=grid,
        evaluator=RegressionEvaluator(),
        numFolds=2,
        seed=1,
    )
    return [round(m, 6) for m in validator.fit(points(spark)).avgMetrics]


@operation
def parameters(spark):
    from pyspark.ml.clustering import KMeans

    means = KMeans(k=3, seed=1)
    return [means.getK(), means.explainParam("maxIter"), means.hasParam("nope")]
