/// y = e^x / sum of e^x over `count` floats, computed in double precision.
func softmax(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
  var largest = -Double.infinity
  for index in 0..<count { largest = max(largest, Double(x[index])) }
  var sum = 0.0
  for index in 0..<count { sum += exponential(Double(x[index]) - largest) }
  for index in 0..<count { y[index] = Float(exponential(Double(x[index]) - largest) / sum) }
}

/// The gradient of softmax's input: dx = y · (dy - sum of y · dy).
func softmaxGradient(
  _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>, count: Int
) {
  var sum = 0.0
  for index in 0..<count { sum += Double(y[index]) * Double(dy[index]) }
  for index in 0..<count { dx[index] = Float(Double(y[index]) * (Double(dy[index]) - sum)) }
}
