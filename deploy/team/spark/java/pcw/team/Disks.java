package pcw.team;

import java.io.File;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;

/** The disks that a server fills: its scratch files', and the warehouse's where that is a folder. */
final class Disks {
    private Disks() {}

    /** A folder of each, by name; of several for scratch files the fullest. */
    static Map<String, File> of(SparkConf conf) {
        Map<String, File> found = new LinkedHashMap<>();
        Arrays.stream(Utils.getConfiguredLocalDirs(conf)).map(File::new).filter(File::exists)
            .min(Comparator.comparingDouble(Disks::freeShare))
            .ifPresent(folder -> found.put("work", folder));
        URI warehouse = new Path(conf.get("spark.sql.warehouse.dir", "spark-warehouse")).toUri();
        if (warehouse.getScheme() == null || warehouse.getScheme().equals("file")) {
            File folder = new File(warehouse.getPath());
            if (folder.exists()) found.put("warehouse", folder);
        }
        return found;
    }

    private static double freeShare(File folder) {
        return (double) folder.getUsableSpace() / Math.max(1, folder.getTotalSpace());
    }
}
