/** The provider whose models come with each question; see {@link dev.rlm.model.ClientModels}. */
@NullMarked
package dev.rlm.model.client;

import org.jspecify.annotations.NullMarked;
