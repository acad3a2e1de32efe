import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * A real Elasticsearch node of one machine, for development and tests, from the jars on Maven Central.
 *
 * <p>Arguments: home (with config/ and modules/transport-netty4/), HTTP port. It listens on
 * 127.0.0.1 alone and ends when it is told to.
 */
public class Launcher {
    private static final String NAME = "khoso-test";

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        LogConfigurator.configureESLogging();
        LogConfigurator.configureWithoutConfig(Settings.EMPTY);
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings(home, arguments[1]), Map.of(), home.resolve("config"), () -> NAME
        );
        Node node = new Node(environment, modules(environment));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        new CountDownLatch(1).await();
    }

    private static Settings settings(Path home, String port) {
        return Settings.builder()
            .put("path.home", home)
            .put("path.data", home.resolve("data"))
            .put("cluster.name", NAME)
            .put("node.name", NAME)
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", port)
            .put("transport.port", "0")
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            // a developer's nearly full disk must not stop the tests
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    }

    /** The modules of the home folder; the server runs on the class path and so exports nothing to them. */
    private static PluginsLoader modules(Environment environment) throws Exception {
        var bundles = PluginsLoader.loadModulesBundles(environment.modulesDir(), false);
        return PluginsLoader.createPluginsLoader(bundles, Set.of(), Map.of(), false);
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (Exception error) {
            error.printStackTrace();
        }
    }
}
