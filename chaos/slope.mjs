/**
 * The slope of the line that fits points best (least squares).
 *
 * @param {[x: number, y: number][]} points
 * @returns {number} 0 for fewer than two
 */
export function slopeOf(points) {
  const count = points.length;
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / count;
  const [meanX, meanY] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return spread === 0 || count < 2
    ? 0
    : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
