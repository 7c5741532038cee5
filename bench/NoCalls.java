import dev.rlm.sandbox.HostCalls;
import java.util.List;

/** For cells that ask nobody. */
final class NoCalls implements HostCalls {
    @Override
    public List<Outcome> query(List<String> prompts) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String budgetJson() {
        return "{}";
    }
}
