/** What starting further processes of this application takes. Knows nothing of what they do. */
@NullMarked
package dev.rlm.launch;

import org.jspecify.annotations.NullMarked;
