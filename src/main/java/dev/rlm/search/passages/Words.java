package dev.rlm.search.passages;

/**
 * Reads the words of a text one after the other: of prose, code and logs in any script.
 *
 * <p>A word is a run of letters or a run of digits, without case and accents, English plurals as singulars. What people write
 * as one is found as a whole and by its parts: {@code getUserName}, {@code user_id}, {@code ERR-1042}, {@code src/main/App.java}
 * give the word of each part, then each two neighbours joined, and a run without signs in it, such as {@code getUserName},
 * whole. Scripts without spaces between words give each character and each two neighbours. Not thread-safe.
 */
final class Words {
    /** What may stand between two parts of one name. */
    private static final String CONNECTORS = "_-./\\:@#'’&=+~$%";

    private static final int LONGEST_CONNECTION = 3;
    private static final int LEAST_PARTS_OF_WHOLE = 3;

    private String text = "";
    private int place;
    private int end;

    private final Letters part = new Letters();
    private final Letters previous = new Letters();
    private final Letters pair = new Letters();
    private final Letters run = new Letters();
    private int partsOfRun;
    private boolean pairIsNext;
    private boolean runIsNext;
    private LetterKind previousKind = LetterKind.NONE;
    private boolean accents;
    private Letters word = part;
    private boolean joined;

    /** Reads a part of a text, in UTF-16 units, from its start. */
    void read(String source, int from, int to) {
        text = source;
        place = from;
        end = to;
        pairIsNext = false;
        runIsNext = false;
        previousKind = LetterKind.NONE;
        beginRun();
    }

    /** Goes to the next word; false if there is none. */
    boolean next() {
        joined = true;
        if (pairIsNext) {
            pairIsNext = false;
            word = pair;
            return true;
        }
        if (runIsNext) {
            runIsNext = false;
            word = run;
            return true;
        }
        joined = false;
        word = part;
        return nextPart();
    }

    /** The word, until the next is read. */
    Letters word() {
        return word;
    }

    /** Whether the word is made of several, the last of which stands where the word before it does. */
    boolean isJoined() {
        return joined;
    }

    private boolean nextPart() {
        int gap = place;
        boolean connected = previousKind != LetterKind.NONE;
        LetterKind kind = LetterKind.NONE;
        int codePoint = 0;
        while (place < end) {
            codePoint = codePointAt(place);
            kind = LetterKind.of(codePoint);
            if (kind != LetterKind.NONE && kind != LetterKind.MARK && kind != LetterKind.INVISIBLE) {
                break;
            }
            connected &= CONNECTORS.indexOf(codePoint) >= 0;
            place += Character.charCount(codePoint);
            kind = LetterKind.NONE;
        }
        if (kind == LetterKind.NONE) {
            return false;
        }
        gap = place - gap;
        connected &= gap <= LONGEST_CONNECTION;
        if (gap > 0) {
            beginRun();
        }
        part.clear();
        switch (kind) {
            case DIGIT -> digits();
            case LETTER -> letters(codePoint);
            default -> {
                part.append(codePoint);
                place += Character.charCount(codePoint);
            }
        }
        join(kind, connected, gap);
        previous.set(part);
        previousKind = kind;
        if (kind == LetterKind.LETTER) {
            part.singular();
        }
        return true;
    }

    private void digits() {
        while (place < end) {
            int codePoint = codePointAt(place);
            LetterKind kind = LetterKind.of(codePoint);
            if (kind == LetterKind.DIGIT) {
                int digit = Character.digit(codePoint, 10);
                part.append(digit < 0 ? codePoint : '0' + digit);
            } else if (kind != LetterKind.MARK && kind != LetterKind.INVISIBLE) {
                return;
            }
            place += Character.charCount(codePoint);
        }
    }

    /** Ends before a capital that begins the next part: {@code get|User|Name}, {@code HTTP|Server}. */
    private void letters(int first) {
        accents = false;
        boolean wasUpper = isUpper(first);
        letter(first);
        while (place < end) {
            int codePoint = codePointAt(place);
            LetterKind kind = LetterKind.of(codePoint);
            if (kind == LetterKind.LETTER) {
                boolean isUpper = isUpper(codePoint);
                if (isUpper && (!wasUpper || lowerFollows(place + Character.charCount(codePoint)))) {
                    break;
                }
                wasUpper = isUpper;
                letter(codePoint);
            } else if (kind == LetterKind.MARK) {
                letter(codePoint);
            } else if (kind == LetterKind.INVISIBLE) {
                place += Character.charCount(codePoint);
            } else {
                break;
            }
        }
        if (accents) {
            part.fold();
        }
    }

    private void letter(int codePoint) {
        if (codePoint < 0x80) {
            part.append((char) (codePoint <= 'Z' ? codePoint | 0x20 : codePoint));
            place++;
            return;
        }
        accents |= LetterKind.hasPlainForm(codePoint);
        part.append(Character.toLowerCase(codePoint));
        place += Character.charCount(codePoint);
    }

    private boolean lowerFollows(int next) {
        return next < end && Character.isLowerCase(codePointAt(next));
    }

    private static boolean isUpper(int codePoint) {
        return codePoint < 0x80 ? codePoint <= 'Z' : Character.isUpperCase(codePoint);
    }

    /** Prepares what the part makes with what stands before it. */
    private void join(LetterKind kind, boolean connected, int gap) {
        if (kind == LetterKind.SYMBOL) {
            beginRun();
            return;
        }
        if (kind == LetterKind.UNSPACED) {
            beginRun();
            pairIsNext = previousKind == kind && gap == 0;
            if (pairIsNext) {
                pair.set(previous);
                pair.append(part);
            }
            return;
        }
        run.append(part);
        partsOfRun++;
        runIsNext = partsOfRun >= LEAST_PARTS_OF_WHOLE && run.isWhole() && runEnds();
        if (runIsNext && kind == LetterKind.LETTER) {
            run.singular();
        }
        pairIsNext = connected && previousKind != LetterKind.UNSPACED && previousKind != LetterKind.SYMBOL;
        if (pairIsNext) {
            pair.set(previous);
            if (previousKind == LetterKind.DIGIT && kind == LetterKind.DIGIT) {
                // Else 1-23 and 12-3 were the same.
                pair.append('.');
            }
            pair.append(part);
            pairIsNext = pair.isWhole();
            if (kind == LetterKind.LETTER) {
                pair.singular();
            }
        }
    }

    private boolean runEnds() {
        if (place >= end) {
            return true;
        }
        LetterKind next = LetterKind.of(codePointAt(place));
        return next != LetterKind.LETTER && next != LetterKind.DIGIT;
    }

    private void beginRun() {
        run.clear();
        partsOfRun = 0;
    }

    private int codePointAt(int at) {
        char first = text.charAt(at);
        if (Character.isHighSurrogate(first) && at + 1 < end && Character.isLowSurrogate(text.charAt(at + 1))) {
            return Character.toCodePoint(first, text.charAt(at + 1));
        }
        return first;
    }
}
