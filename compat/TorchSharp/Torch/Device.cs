namespace TorchSharp;

public static partial class torch
{
    /// <summary>Where a tensor lives: a kind of device and, where there can be several, its number.</summary>
    public class Device
    {
        /// <summary>The kind of device.</summary>
        public DeviceType type { get; }

        /// <summary>The device's number among those of its kind; -1 for the current one.</summary>
        public int index { get; }

        /// <summary>A device written as <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
        public Device(string description)
        {
            string[] parts = description.Split(':');
            type = Parse(parts[0]);
            if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], out int _)))
                throw new ArgumentException($"Invalid device string: '{description}'", nameof(description));
            index = parts.Length == 2 ? int.Parse(parts[1]) : -1;
        }

        /// <summary>The device number <paramref name="index"/> of a kind such as <c>cuda</c>.</summary>
        public Device(string deviceType, int index = -1) => (type, this.index) = (Parse(deviceType), index);

        /// <summary>The device number <paramref name="index"/> of a kind.</summary>
        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        /// <summary>The CUDA device number <paramref name="index"/>.</summary>
        public Device(int index) => (type, this.index) = (DeviceType.CUDA, index);

        /// <summary>A device from its description.</summary>
        public static implicit operator Device(string description) => new(description);

        /// <summary>As it is written: <c>cpu</c>, <c>cuda:0</c>.</summary>
        public override string ToString()
        {
            string name = type.ToString().ToLowerInvariant();
            return index < 0 ? name : $"{name}:{index}";
        }

        private static DeviceType Parse(string name) => name switch
        {
            "cpu" => DeviceType.CPU,
            "cuda" => DeviceType.CUDA,
            "mps" => DeviceType.MPS,
            "meta" => DeviceType.META,
            _ => throw new ArgumentException($"Invalid device string: '{name}'", nameof(name)),
        };
    }
}
