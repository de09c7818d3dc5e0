extension Array {
    /// Takes the elements from an index on out of the array, into one that has room for just them.
    ///
    /// `Array(array[0...])` would share the storage with all the room that it has.
    mutating func takeSuffix(from start: Int) -> [Element] {
        guard start < count else { return [] }
        let suffix = [Element](capacity: count - start) { output in
            for index in start..<count { output.append(self[index]) }
        }
        removeLast(count - start)
        return suffix
    }
}
