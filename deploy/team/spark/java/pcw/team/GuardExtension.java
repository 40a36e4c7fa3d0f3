package pcw.team;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Looks at every plan of every session; named in `spark.sql.extensions`.
 *
 * Check rules, unlike rules of the optimizer, cannot be left out by a session's settings.
 */
public final class GuardExtension extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        SparkConf conf = SparkContext.getOrCreate().getConf();
        extensions.injectCheckRule(session -> plan -> {
            Attribution.describe(session.sparkContext());
            return BoxedUnit.UNIT;
        });
        if (GuardRules.isOn(conf)) {
            PlanGuard guard = new PlanGuard(new GuardRules(conf));
            extensions.injectHintResolutionRule(session -> new BeforeLookUp(guard, session));
            extensions.injectCheckRule(session -> plan -> {
                counted(() -> guard.check(plan));
                return BoxedUnit.UNIT;
            });
        }
        return BoxedUnit.UNIT;
    }

    private static void counted(Runnable look) {
        try {
            look.run();
        } catch (SecurityException e) {
            Refusals.count(Refused.Reason.GUARD);
            throw e;
        }
    }

    /** The rules for hints come before those that look tables and files up. */
    private static final class BeforeLookUp extends Rule<LogicalPlan> {
        private final PlanGuard guard;
        private final SparkSession session;

        BeforeLookUp(PlanGuard guard, SparkSession session) {
            this.guard = guard;
            this.session = session;
        }

        @Override
        public LogicalPlan apply(LogicalPlan plan) {
            counted(() -> guard.beforeLookUp(plan, session));
            return plan;
        }
    }
}
