namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The parameters and persistent buffers by dotted name: the tensors themselves, not copies.</summary>
            /// <param name="destination">Where to add them; a new dictionary by default.</param>
            /// <param name="prefix">What comes before every name, with a dot between.</param>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string Key(string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";

                foreach ((string name, Tensor parameter) in _parametersByName)
                    destination.TryAdd(Key(name), parameter);
                foreach ((string name, (Tensor value, bool persistent)) in _buffersByName)
                    if (persistent)
                        destination.TryAdd(Key(name), value);
                foreach ((string name, Module child) in named_children())
                    child.state_dict(destination, Key(name));
                return destination;
            }

            /// <summary>Copies values into the parameters and buffers of the same names, to their types and devices.</summary>
            /// <param name="source">The values by dotted name.</param>
            /// <param name="strict">Whether the names must be exactly the module's.</param>
            /// <param name="skip">Names to pass over.</param>
            /// <returns>The module's names that <paramref name="source"/> lacks, and its names that the module lacks.</returns>
            /// <exception cref="InvalidOperationException">The names differ, and <paramref name="strict"/> is true.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var skipped = new HashSet<string>(skip ?? []);
                Dictionary<string, Tensor> destination = state_dict();
                List<string> missing = [.. destination.Keys.Where(key => !skipped.Contains(key) && !source.ContainsKey(key))];
                List<string> unexpected = [.. source.Keys.Where(key => !skipped.Contains(key) && !destination.ContainsKey(key))];
                if (strict && missing.Count + unexpected.Count > 0)
                    throw new InvalidOperationException(
                        $"The state dictionary doesn't fit the module. Missing: [{string.Join(", ", missing)}]; unexpected: [{string.Join(", ", unexpected)}].");

                using (no_grad())
                    foreach ((string key, Tensor value) in source)
                        if (!skipped.Contains(key) && destination.TryGetValue(key, out Tensor? target))
                            target.copy_(value);
                return (missing, unexpected);
            }
        }
    }
}
