import Foundation

/// SHA-256 as its standard describes it, for comparisons with digests that the program has as text.
///
/// Source: <https://nvlpubs.nist.gov/nistpubs/FIPS/NIST.FIPS.180-4.pdf>
enum PlainSHA256 {
    /// The digest of a text in base64.
    static func base64(of text: String) -> String {
        var message = Array(text.utf8)
        let bitCount = UInt64(message.count) * 8
        message.append(0x80)
        while message.count % 64 != 56 { message.append(0) }
        message += (0..<8).map { UInt8(truncatingIfNeeded: bitCount >> (56 - 8 * UInt64($0))) }
        var hash = primes.prefix(8).map { fraction(Double($0).squareRoot()) }
        for start in stride(from: 0, to: message.count, by: 64) { add(message[start..<start + 64], to: &hash) }
        return Data(hash.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }).base64EncodedString()
    }

    /// The first 64 prime numbers.
    private static let primes = (2...311).filter { number in !(2..<number).contains { number.isMultiple(of: $0) } }
    private static let constants = primes.map { fraction(cbrt(Double($0))) }

    /// The first 32 bits of the fraction of a number.
    private static func fraction(_ number: Double) -> UInt32 {
        UInt32((number - number.rounded(.down)) * 4_294_967_296)
    }

    private static func add(_ block: ArraySlice<UInt8>, to hash: inout [UInt32]) {
        func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
        let bytes = Array(block)
        var words = (0..<16).map { index in bytes[4 * index..<4 * index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        for index in 16..<64 {
            let (early, late) = (words[index - 15], words[index - 2])
            let first = turned(early, 7) ^ turned(early, 18) ^ early >> 3
            let second = turned(late, 17) ^ turned(late, 19) ^ late >> 10
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var state = hash
        for index in 0..<64 {
            let (a, b, c, e) = (state[0], state[1], state[2], state[4])
            let choice = e & state[5] ^ ~e & state[6]
            let first = state[7] &+ (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) &+ choice &+ constants[index] &+ words[index]
            let second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) &+ (a & b ^ a & c ^ b & c)
            state = [first &+ second, a, b, c, state[3] &+ first, e, state[5], state[6]]
        }
        for index in hash.indices { hash[index] &+= state[index] }
    }
}
