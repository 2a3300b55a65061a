namespace TorchSharp;

/// <summary>A C int that is true or false.</summary>
internal readonly struct Flag
{
    private readonly int _value;

    private Flag(bool value) => _value = value ? 1 : 0;

    public static implicit operator Flag(bool value) => new(value);
    public static implicit operator bool(Flag flag) => flag._value != 0;
}
