extension Array {
    /// Takes the elements from an index on out of the array, into one that has room for just them.
    ///
    /// `Array(array[0...])` would share the storage with all the room that it has.
    mutating func takeSuffix(from start: Int) -> [Element] {
        guard start < count else { return [] }
        var suffix: [Element] = []
        suffix.reserveCapacity(count - start)
        // Moved, the last one first: a copy would retain all that the elements hold, and then release it here.
        while count > start { suffix.append(removeLast()) }
        suffix.reverse()
        return suffix
    }
}
