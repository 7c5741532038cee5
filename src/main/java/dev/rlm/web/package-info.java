/**
 * What the server offers over plain HTTP beside the Model Context Protocol: uploads of contexts, and whether it works.
 */
@NullMarked
package dev.rlm.web;

import org.jspecify.annotations.NullMarked;
