/// A part of the model that can be empty.
package protocol ModelPart: Sendable, Equatable {
    /// The value of something that says nothing.
    init()
}

/// A part of the model that many objects don't say, so that those that don't are small: nothing is allocated before something is set.
package struct KeptApart<Part: ModelPart>: Sendable, Equatable {
    /// The part, or nothing: an array so that the part is changed in place and is copied when two share it.
    @usableFromInline package var parts: [Part] = []

    /// The bytes that a part takes when it is there: the array's header, its element, and what the allocator adds.
    static var byteCount: Int { MemoryLayout<Part>.stride + 48 }

    /// Nothing is set.
    @inlinable
    package init() {}

    /// The part to be changed, made when it is missing.
    package var part: Part {
        get { parts.isEmpty ? Part() : parts[0] }
        _modify {
            if parts.isEmpty { parts = [Part()] }
            yield &parts[0]
        }
    }

    /// A part that says nothing is the same as none.
    package static func == (first: Self, second: Self) -> Bool {
        if first.parts.isEmpty, second.parts.isEmpty { return true }
        return first.part == second.part
    }
}
