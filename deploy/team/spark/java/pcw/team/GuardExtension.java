package pcw.team;

import org.apache.spark.sql.SparkSessionExtensions;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** Looks at every plan; named in `spark.sql.extensions`. */
public final class GuardExtension extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        extensions.injectCheckRule(session -> plan -> {
            Attribution.describe(session.sparkContext());
            return BoxedUnit.UNIT;
        });
        return BoxedUnit.UNIT;
    }
}
