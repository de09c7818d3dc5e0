import Glibc

extension Span<UInt8> {
    /// Finds a byte from an offset on; the number of bytes where it does not occur.
    func offset(of byte: UInt8, from start: Int) -> Int {
        guard start < count else { return count }
        return unsafe withUnsafeBytes { bytes in
            // Safety: both offsets are inside of the bytes, which the span keeps in place; what is found is too.
            guard let base = bytes.baseAddress, let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            else { return bytes.count }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}
