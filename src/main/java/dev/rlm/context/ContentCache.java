package dev.rlm.context;

import dev.rlm.storage.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Content of documents in a folder that nobody else uses, under its SHA-256. When it becomes too much, what was used
 * longest ago goes, but never what is held: then the cache is larger for a while. Thread-safe.
 */
final class ContentCache {
    private final Path folder;
    private final PrivateFiles files;
    private final long limit;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** Sizes by SHA-256, the least recently used first. */
    private final LinkedHashMap<String, Long> sizes = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, Integer> holds = new HashMap<>();
    private final ConcurrentHashMap<String, ReentrantLock> fetching = new ConcurrentHashMap<>();
    private long total;

    /** Writes a document's content to a file, checked. */
    interface Fetch {
        void to(Path file) throws IOException, ContextException, InterruptedException;
    }

    private record Found(String sha256, long size, FileTime used) {}

    /**
     * A cache of what is in a folder already.
     *
     * @param limit in bytes
     */
    ContentCache(Path folder, PrivateFiles files, long limit, Clock clock) throws IOException {
        this.folder = folder;
        this.files = files;
        this.limit = limit;
        this.clock = clock;
        files.createFolders(folder);
        try (Stream<Path> found = Files.walk(folder, 2)) {
            List<Found> known = found.filter(Files::isRegularFile)
                    .map(ContentCache::found)
                    .filter(file -> Sha256.isHex(file.sha256()))
                    .sorted(Comparator.comparing(Found::used))
                    .toList();
            for (Found file : known) {
                sizes.put(file.sha256(), file.size());
                total += file.size();
            }
        }
        makeRoom("");
    }

    /** The file of a document; if it is not there it is fetched, once for all threads that want it at the time. */
    Path get(Document document, Fetch fetch) throws IOException, ContextException, InterruptedException {
        String sha256 = document.sha256();
        while (!touch(document)) {
            ReentrantLock turn = fetching.computeIfAbsent(sha256, _ -> new ReentrantLock());
            turn.lockInterruptibly();
            try {
                if (!touch(document)) {
                    Path incoming = Files.createTempFile(folder, "incoming-", "");
                    try {
                        fetch.to(incoming);
                        add(document, incoming);
                    } finally {
                        Files.deleteIfExists(incoming);
                    }
                }
            } finally {
                turn.unlock();
                fetching.remove(sha256, turn);
            }
        }
        return file(sha256);
    }

    /** Takes in a file with a document's content. */
    void add(Document document, Path content) throws IOException {
        String sha256 = document.sha256();
        lock.lock();
        try {
            files.createFolders(folder.resolve(sha256.substring(0, 2)));
            Files.move(content, file(sha256), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Long before = sizes.put(sha256, document.bytes());
            total += document.bytes() - (before == null ? 0 : before);
            makeRoom(sha256);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps these documents from going until the hold is closed, whether they are there already or not. */
    ContentHold hold(Collection<Document> documents) {
        List<String> held = documents.stream().map(Document::sha256).distinct().toList();
        lock.lock();
        try {
            held.forEach(sha256 -> holds.merge(sha256, 1, Integer::sum));
        } finally {
            lock.unlock();
        }
        return new Held(held);
    }

    /** Drops these documents, but for those that are held. */
    void drop(Collection<Document> documents) throws IOException {
        lock.lock();
        try {
            for (Document document : documents) {
                Long size = holds.containsKey(document.sha256()) ? null : sizes.remove(document.sha256());
                if (size != null) {
                    total -= size;
                    Files.deleteIfExists(file(document.sha256()));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private final class Held implements ContentHold {
        private List<String> held;

        Held(List<String> held) {
            this.held = held;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                held.forEach(sha256 -> holds.computeIfPresent(sha256, (_, count) -> count == 1 ? null : count - 1));
                held = List.of();
                makeRoom("");
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean touch(Document document) {
        Path file = file(document.sha256());
        lock.lock();
        try {
            if (sizes.get(document.sha256()) == null || !LocalContextStore.isWhole(file, document)) {
                return false;
            }
            // The order outlives the process.
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            return true;
        } catch (IOException _) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom(String justAdded) {
        Iterator<Map.Entry<String, Long>> oldest = sizes.entrySet().iterator();
        while (total > limit && oldest.hasNext()) {
            Map.Entry<String, Long> candidate = oldest.next();
            if (!candidate.getKey().equals(justAdded) && !holds.containsKey(candidate.getKey())) {
                try {
                    Files.deleteIfExists(file(candidate.getKey()));
                    total -= candidate.getValue();
                    oldest.remove();
                } catch (IOException _) {
                    // It counts on, and the next time it may go.
                }
            }
        }
    }

    private Path file(String sha256) {
        if (!Sha256.isHex(sha256)) {
            throw new IllegalArgumentException("not a SHA-256");
        }
        return folder.resolve(sha256.substring(0, 2)).resolve(sha256.substring(2));
    }

    private static Found found(Path file) {
        try {
            Path parent = file.getParent();
            String start = parent == null ? "" : String.valueOf(parent.getFileName());
            return new Found(start + file.getFileName(), Files.size(file), Files.getLastModifiedTime(file));
        } catch (IOException _) {
            return new Found("", 0, FileTime.fromMillis(0));
        }
    }
}
