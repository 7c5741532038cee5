/** Programs and libraries of others that speak with the packaged server, each telling it the same story. */
package dev.rlm.packaged.clients;
