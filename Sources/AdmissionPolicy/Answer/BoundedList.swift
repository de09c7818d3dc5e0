/// Writes a list within a number of bytes: entries that do not fit in full are shortened, and the rest is counted.
enum BoundedList {
    /// One entry in its full and its short form.
    struct Item {
        /// The text before the entry, such as a comma or the name of a new clause.
        let separator: String
        /// The full form.
        let full: String
        /// The form for when there is little room.
        let short: String
    }

    /// The entries within a number of bytes, as many of the first ones in full as possible.
    ///
    /// Empty if not even the count fits.
    static func text(_ items: [Item], byteLimit: Int) -> String {
        let kept = keptCount(items, byteLimit: byteLimit)
        let rest = kept < items.count ? more(items.count - kept) : ""
        guard kept > 0 else { return rest.utf8.count <= byteLimit ? rest : "" }
        var room = byteLimit - rest.utf8.count - items.prefix(kept).reduce(0) { $0 + shortLength($1) }
        var text = ""
        for item in items.prefix(kept) {
            let growth = item.full.utf8.count - item.short.utf8.count
            text += item.separator
            text += growth <= room ? item.full : item.short
            if growth <= room { room -= growth }
        }
        return text + rest
    }

    /// The number of bytes of all entries in short form.
    static func shortestLength(_ items: [Item]) -> Int {
        items.reduce(0) { $0 + shortLength($1) }
    }

    /// The number of entries whose short forms fit together with the count of the others.
    private static func keptCount(_ items: [Item], byteLimit: Int) -> Int {
        guard shortestLength(items) > byteLimit else { return items.count }
        var used = more(items.count).utf8.count
        var kept = 0
        for item in items {
            used += shortLength(item)
            guard used <= byteLimit else { break }
            kept += 1
        }
        return kept
    }

    private static func shortLength(_ item: Item) -> Int {
        item.separator.utf8.count + item.short.utf8.count
    }

    private static func more(_ count: Int) -> String { " and \(count) more" }
}
