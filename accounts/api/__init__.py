"""The ground on which every app's part of the HTTP interface stands: keys, refusals, pages, tags, repetitions."""
