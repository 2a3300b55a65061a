using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.KappaTune.Options;

/// <summary>How an object that options hold is written in configuration, for whoever writes a word in its place.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WrittenAsAttribute(string text) : Attribute
{
    public string Text => text;
}

/// <summary>
/// Refuses a word where configuration needs an object. The configuration's binder asks a type's converter where a section has a value, and
/// leaves the value out where there is none.
/// </summary>
internal sealed class ObjectConverter(Type type) : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    /// <summary>Never: serializers that ask would write a text instead of the object.</summary>
    public override bool CanConvertTo(ITypeDescriptorContext? context, Type? destinationType) => false;

    /// <exception cref="FormatException">Always.</exception>
    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => throw new FormatException(
        $"\"{value}\" isn't an object. Write {type.GetCustomAttribute<WrittenAsAttribute>()!.Text}.");
}
