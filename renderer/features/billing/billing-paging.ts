/** How the growing lists of billing ask for their next page. Lists and inspectors ask the same, so it is asked once. */

export const paging = {
  initialPageParam: undefined,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
}

export function pageInput(cursor: string | undefined): { cursor?: string } {
  return cursor ? { cursor } : {}
}
