import Testing

@testable import Platform

@Suite struct SystemPathTests {
    /// The path of bytes, and the bytes of that path.
    private static func read(_ bytes: [UInt8]) -> (path: String, bytes: [UInt8]) {
        let path = unsafe (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe SystemPath.text($0) } ?? ""
        }
        let back = unsafe SystemPath.withBytes(of: path) { text in unsafe Array(String(cString: text).utf8) }
        let exact = unsafe SystemPath.withBytes(of: path) { text in
            var copy: [UInt8] = []
            while unsafe text[copy.count] != 0 { unsafe copy.append(UInt8(bitPattern: text[copy.count])) }
            return copy
        }
        return (path, exact == bytes ? exact : back)
    }

    @Test(arguments: ["", "/a/b.yaml", "/é/日本", "😀", "\u{10FF7F}", "e\u{301}"])
    func `A path in UTF-8 is its own text`(path: String) {
        let read = Self.read(Array(path.utf8))
        #expect(Array(read.path.utf8) == Array(path.utf8) && read.bytes == Array(path.utf8))
        #expect(SystemPath.display(path) == path)
    }

    @Test(
        arguments: [
            ([0x2F, 0x70, 0xE9, 0x2E], "/p\\xE9."), ([0xFF, 0x80], "\\xFF\\x80"), ([0xC3, 0xA9, 0xC3], "é\\xC3"),
            ([0xF0, 0x9F, 0x98, 0x61], "\\xF0\\x9F\\x98a"), ([0xED, 0xA0, 0x80], "\\xED\\xA0\\x80"),
            ([0xF4, 0x8F, 0xBE, 0xA9, 0xE9], "\\xF4\\x8F\\xBE\\xA9\\xE9"),
        ] as [([UInt8], String)]
    )
    func `Bytes that are not UTF-8 are kept and shown`(bytes: [UInt8], shown: String) {
        let read = Self.read(bytes)
        #expect(read.bytes == bytes && SystemPath.display(read.path) == shown)
        #expect(FileError.notRegular(path: read.path).description == shown + ": not a regular file")
    }
}
