import TLS
import Testing

@Suite struct SHA256Tests {
    /// Source of the vectors: FIPS 180-4's examples.
    @Test(arguments: [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (["abc"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (["a", "", "bc"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `The digest covers all pieces in order`(pieces: [String], expected: String) throws {
        #expect(try SHA256.hexDigest(of: pieces.map { Array($0.utf8) }) == expected)
    }
}
