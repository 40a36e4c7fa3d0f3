package pcw.team;

import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the catalog of saved tables ahead: it takes seconds, and nobody outside may ask for it. */
final class CatalogOpener {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogOpener.class);

    private CatalogOpener() {}

    static void start() {
        Thread opening = new Thread(CatalogOpener::open, "pcw-opens-the-catalog");
        opening.setDaemon(true);
        opening.start();
    }

    private static void open() {
        try {
            SparkSession.active().catalog().listDatabases().count();
        } catch (RuntimeException e) {
            LOG.warn("The catalog of saved tables cannot be opened ahead ({}).", e.getMessage());
        }
    }
}
