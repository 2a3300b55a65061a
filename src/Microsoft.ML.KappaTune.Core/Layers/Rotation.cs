namespace Microsoft.ML.KappaTune.Layers;

/// <summary>The wavelengths of rotary embeddings.</summary>
/// <param name="Base">The base of the wavelengths.</param>
/// <param name="Scaling">How they are stretched for longer texts; null for not at all.</param>
internal sealed record Rotation(double Base, RotaryScaling? Scaling);
