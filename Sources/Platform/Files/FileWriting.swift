import Glibc

extension Span<UInt8> {
    /// Writes all bytes to an open file; returns 0, or the error of the system.
    func write(to descriptor: Int32) -> Int32 {
        var written = 0
        while written < count {
            // Safety: the pointer is used inside of the closure only, with its own count.
            let count = unsafe extracting(written...).withUnsafeBufferPointer { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            written += count
        }
        return 0
    }
}
