/** How growing lists ask for their next page, and how a grid asks them for more. Lists and inspectors ask the same, so it is asked once. */

export const paging = {
  initialPageParam: undefined,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
}

export function pageInput(cursor: string | undefined): { cursor?: string } {
  return cursor ? { cursor } : {}
}

interface GrowingQuery<T> {
  data: { pages: { items: T[] }[] } | undefined
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** A list in hand that asks for more when its end comes into view. */
export function sourceOf<T>({ data, ...query }: GrowingQuery<T>) {
  const onEnd = () => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage()
  }
  return { items: (data?.pages ?? []).flatMap(({ items }) => items), onEnd }
}
