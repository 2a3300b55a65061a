using System.Text;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Writes the state dictionary to a file: the count, then name, type, shape and bytes of each tensor.</summary>
            /// <param name="location">The file; an existing one is replaced.</param>
            /// <param name="skip">Names to leave out.</param>
            public Module save(string location, IList<string>? skip = null)
            {
                using FileStream stream = File.Create(location);
                return save(stream, skip);
            }

            /// <summary>Writes the state dictionary to a stream, which stays open.</summary>
            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
                return save(writer, skip);
            }

            /// <summary>Writes the state dictionary.</summary>
            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            /// <summary>Writes a state dictionary in the format that <see cref="load(string, bool, IList{string}, Dictionary{string, bool})"/> reads.</summary>
            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                var skipped = new HashSet<string>(skip ?? []);
                KeyValuePair<string, Tensor>[] entries = [.. sd.Where(entry => !skipped.Contains(entry.Key))];
                writer.Write7BitEncodedInt64(entries.Length);
                foreach ((string name, Tensor tensor) in entries)
                {
                    writer.Write(name);
                    tensor.Save(writer);
                }
            }

            /// <summary>Reads a file that <see cref="save(string, IList{string})"/> wrote into the module's tensors.</summary>
            /// <param name="location">The file.</param>
            /// <param name="strict">Whether the file's names must be exactly the module's.</param>
            /// <param name="skip">Names to pass over.</param>
            /// <param name="loadedParameters">If given, is told for each of the module's and the file's names whether it was loaded.</param>
            /// <exception cref="ArgumentException">The names differ and <paramref name="strict"/> is true, or a type or shape differs.</exception>
            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                if (!File.Exists(location))
                    throw new FileNotFoundException("There is no such file.", location);
                using FileStream stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            /// <summary>Reads from a stream, which stays open.</summary>
            /// <inheritdoc cref="load(string, bool, IList{string}, Dictionary{string, bool})"/>
            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
                return load(reader, strict, skip, loadedParameters);
            }

            /// <summary>Reads the tensors of a saved state dictionary into the module's.</summary>
            /// <inheritdoc cref="load(string, bool, IList{string}, Dictionary{string, bool})"/>
            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                var skipped = new HashSet<string>(skip ?? []);
                Dictionary<string, Tensor> destination = state_dict();
                string[] expected = [.. destination.Keys.Where(key => !skipped.Contains(key))];
                long count = reader.Read7BitEncodedInt64();
                if (strict && skipped.Count == 0 && count != destination.Count)
                    throw new ArgumentException($"Mismatched state_dict sizes: expected {destination.Count}, but found {count} entries.");

                var loaded = new HashSet<string>();
                for (long i = 0; i < count; i++)
                {
                    string name = reader.ReadString();
                    Tensor? target = destination.GetValueOrDefault(name);
                    if (strict && target is null && !skipped.Contains(name))
                        throw new ArgumentException($"The module has no parameter or buffer named '{name}'.");
                    bool wanted = target is not null && !skipped.Contains(name);
                    if (wanted)
                    {
                        target!.Load(reader);
                        loaded.Add(name);
                    }
                    else
                    {
                        TensorExtensionMethods.Load(reader, skip: true).Dispose();
                    }
                    if (loadedParameters is not null)
                        loadedParameters[name] = wanted;
                }

                if (strict && expected.FirstOrDefault(name => !loaded.Contains(name)) is { } missing)
                    throw new ArgumentException($"The saved state has no tensor named '{missing}'.");
                if (loadedParameters is not null)
                    foreach (string name in expected)
                        loadedParameters.TryAdd(name, false);
                return this;
            }

            /// <summary>Makes a module and reads its state from a file.</summary>
            public static Module Create<T>(string path) where T : Module, new() => new T().load(path);
        }
    }
}
